<?php
// A vendor's IVR in another language: SendCallBacksService served by PHP's SoapServer, results posted by its SoapClient.
// Usage: php -S 127.0.0.1:PORT index.php, with IVR_CONTRACT (a folder written by `crmkit contract`), IVR_STATE (a folder for
// its data; script.json there says on which rows it is wrong, and how) and IVR_RESULTS (where results are posted to).

declare(strict_types=1);

ini_set('soap.wsdl_cache_enabled', '0');

const ELEMENTS = [
    'Envelope', 'Body', 'CreatedCallBacks', 'Header', 'Payload', 'CallBacks', 'CallBack', 'Verb', 'Noun', 'Revision',
    'Timestamp', 'Source', 'MessageID', 'CorrelationID', 'mRID', 'advice', 'comment', 'contactDetail', 'csrId', 'dateTime',
    'name', 'problemInfo', 'Reason', 'IncidentRecord', 'TroubleTickets', 'languageId', 'troubleCode', 'CustomerData',
    'firstName', 'lastName', 'mName', 'electronicAddress', 'email1', 'landlinePhone', 'mobilePhone', 'localNumber',
    'UsagePoint', 'createdDateTime', 'estimatedRestorationTime', 'Crews', 'OutageRecord', 'OutageCodes', 'subCode', 'status',
    'reason', 'remark', 'value',
];
const LARGEST = 1000;

/** How the script wants a row to be wrong; null for right. */
function wrong(string $row): ?string
{
    static $script = null;
    $script ??= json_decode(@file_get_contents(getenv('IVR_STATE') . '/script.json') ?: '[]', true);
    return $script[$row] ?? null;
}

/** What the schema would refuse and SoapServer would not. Mistyped values are made valid, so that the rest can be read. */
function refused(string &$message): ?string
{
    $problem = null;
    $message = preg_replace_callback(
        '~(<(?:\w+:)?(dateTime|languageId)>)([^<]*)(</)~',
        function (array $found) use (&$problem): string {
            $isTime = $found[2] === 'dateTime';
            $pattern = $isTime ? '/^\s*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/' : '/^\s*-?\d+\s*$/';
            if (preg_match($pattern, $found[3])) {
                return $found[0];
            }
            $problem ??= "$found[2] is not $found[3]";
            return $found[1] . ($isTime ? '2020-01-01T00:00:00Z' : '0') . $found[4];
        },
        $message
    );
    preg_match_all('~<(?:\w+:)?([A-Za-z]\w*)~', preg_replace('~<\?.*?\?>~s', '', $message), $names);
    $strange = array_diff($names[1], ELEMENTS);
    return $problem ?? ($strange ? 'there is no element ' . reset($strange) : null);
}

final class Ivr
{
    /** @var list<string> the callbacks to call, once the answer is out */
    public array $toCall = [];

    public function __construct(private ?string $refused)
    {
    }

    public function CreatedCallBacks(object $message): array
    {
        $said = $message->Header ?? new stdClass();
        $callbacks = $message->Payload->CallBacks->CallBack ?? [];
        $mrids = array_map(fn (object $each): string => $each->mRID ?? '', $callbacks);
        $errors = $this->errors($message, $said, $mrids);
        if (!$errors || (wrong('IVR-43') === 'calls anyway' && $errors[0]['code'] === '2.5')) {
            $this->toCall = array_values(array_unique(array_filter($mrids)));
        }
        $noun = wrong('IVR-08') === 'echoes' && !$errors ? $said->Noun : 'CallBacks';
        $correlation = $said->CorrelationID ?? $said->MessageID ?? '';
        if (wrong('IVR-14') === 'message id') {
            $correlation = $said->MessageID ?? '';
        }
        return [
            'Header' => [
                'Verb' => 'reply',
                'Noun' => $noun,
                'Revision' => '2.0',
                'Timestamp' => gmdate('Y-m-d\TH:i:s\Z'),
                'Source' => 'Vendor IVR',
                'MessageID' => bin2hex(random_bytes(16)),
                'CorrelationID' => $correlation,
            ],
            'Reply' => ['Result' => $errors ? 'FAILED' : 'OK'] + ($errors ? ['Error' => $errors] : []),
        ];
    }

    /** @param list<string> $mrids @return list<array<string, string>> */
    private function errors(object $message, object $said, array $mrids): array
    {
        $error = fn (string $code, string $reason, string $details): array
            => ['code' => $code, 'level' => 'FATAL', 'reason' => $reason, 'details' => $details];
        if (isset($said->Verb) && $said->Verb !== 'created') {
            return [$error(wrong('IVR-09') === 'code' ? '1.8' : '2.9', 'InvalidVerb', "Not a verb of mine: $said->Verb")];
        }
        if (isset($said->Noun) && strcasecmp($said->Noun, 'CallBacks') !== 0) {
            $found = $error('2.5', 'InvalidNoun', "Not a noun of mine: $said->Noun");
            return [wrong('IVR-10') === 'level' ? ['level' => 'WARNING'] + $found : $found];
        }
        foreach (['Header/Verb', 'Header/Noun', 'Payload/CallBacks'] as $path) {
            $at = $message;
            foreach (explode('/', $path) as $part) {
                $at = is_object($at) ? ($at->$part ?? null) : null;
            }
            if ($at === null) {
                return [$error('1.8', wrong('IVR-11') === 'reason' ? 'Incomplete' : 'InvalidMessage', "There is no $path")];
            }
        }
        if ($this->refused !== null && wrong('IVR-12') !== 'takes') {
            return [$error('1.8', 'InvalidMessage', $this->refused)];
        }
        if (count($mrids) > LARGEST && wrong('IVR-07') === 'too large') {
            return [$error('3.1', 'TooManyItems', 'Too many callbacks')];
        }
        if (isset($said->MessageID) && !$this->isNew($said->MessageID) && wrong('IVR-16') === 'refuses') {
            return [$error('7.7', 'ReplayDetected', "Known: $said->MessageID")];
        }
        return [];
    }

    private function isNew(string $id): bool
    {
        $mark = getenv('IVR_STATE') . '/' . md5($id);
        $is = !file_exists($mark);
        touch($mark);
        return $is;
    }
}

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    header('Content-Type: text/xml; charset=utf-8');
    readfile(getenv('IVR_CONTRACT') . '/wsdl/SendCallBacksService.wsdl');
    return;
}
$message = (string) file_get_contents('php://input');
if (!str_contains($message, 'Envelope') && wrong('IVR-15') === 'page') {
    header('Content-Type: text/html');
    echo '<!DOCTYPE html><title>IVR</title><p>Dial 1 for power.';
    return;
}
$ivr = new Ivr(refused($message));
$server = new SoapServer(getenv('IVR_CONTRACT') . '/wsdl/SendCallBacksService.wsdl', [
    'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);
$server->setObject($ivr);
$server->handle($message);
if ($ivr->toCall) {
    $job = tempnam(getenv('IVR_STATE'), 'job');
    file_put_contents($job, json_encode($ivr->toCall));
    // It calls while the next message is answered.
    exec(escapeshellarg(PHP_BINARY) . ' ' . escapeshellarg(__DIR__ . '/post.php') . " $job > /dev/null 2> $job.err &");
}
